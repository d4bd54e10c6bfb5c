#include "hooks/inbox/inbox.hpp"

#include <algorithm>
#include <utility>

#include "hooks/intake/clock.hpp"
#include "hooks/intake/keys.hpp"
#include "hooks/page/json_object.hpp"
#include "hooks/precheck/precheck.hpp"
#include "kpfd/version.hpp"

namespace kpfd::hooks {

namespace {

/// Room for what is written beside a file under its name.
constexpr std::size_t longest_name = 200;

constexpr std::string_view encrypted_ending = ".pgp";

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
}

/// Names that are never claimed: hidden ones, those that others write under, and our own folders.
bool is_ours(std::string_view name) {
  return name[0] != '.' && name.size() <= longest_name && !ends_with(name, ".part") &&
         !ends_with(name, ".tmp") && !ends_with(name, "~");
}

}  // namespace

Inbox::Inbox(Options options, const Intake& intake, Examiner& examiner, Decryptor* decryptor,
             converters::IngestStore& store, const Senders& senders)
    : options_(std::move(options)),
      intake_(intake),
      examiner_(examiner),
      decryptor_(decryptor),
      store_(store),
      senders_(senders),
      folder_(Folder::open(options_.folder)),
      work_(folder_.make("work")) {
  for (const Place place : {Place::accepted, Place::rejected, Place::parked}) {
    places_[place] = folder_.make(std::string(name_of(place)));
    if (!places_[place].is_open()) {
      throw FolderError(places_[place].path() + ": no folder");
    }
  }
  if (!work_.is_open()) {
    throw FolderError(work_.path() + ": no folder");
  }
}

Inbox::State Inbox::state_of(const std::string& name, const FileState& state) {
  const std::optional<std::string> text =
      folder_.read(name + std::string(sidecar_ending), most_sidecar_bytes);
  if (text) {
    try {
      const Sidecar sidecar = read_sidecar(*text, options_.language);
      if (sidecar.size) {
        return *sidecar.size == state.size ? State::complete : State::too_short;
      }
    } catch (const SidecarError&) {
      // It may not be complete itself: then it is read again when it is claimed.
    }
  }
  const auto now = Clock::now();
  Waiting& known = waiting_[name];
  if (known.since == Clock::time_point{} || !(known.state == state)) {
    known = {state, now};
  }
  return now - known.since >= options_.settle ? State::complete : State::settling;
}

void Inbox::tell_stale(const std::string& name, Words words) {
  const auto now = Clock::now();
  const auto since = lonely_.emplace(name, now).first->second;
  if (now - since >= options_.stale && told_.insert(name).second) {
    say(name + ": " + in(words));
  }
}

/// What has gone meanwhile is not remembered.
void Inbox::forget_missing(const std::vector<std::string>& names) {
  const auto is_missing = [&names](const auto& known) {
    return !std::binary_search(names.begin(), names.end(), known.first);
  };
  std::erase_if(waiting_, is_missing);
  std::erase_if(lonely_, is_missing);
  std::erase_if(told_, [this](const std::string& name) { return lonely_.count(name) == 0; });
}

/// Files that are complete, and those that somebody has left in work/.
std::map<std::string, bool> Inbox::ready_names(bool& waiting, bool& left) {
  std::map<std::string, bool> ready;
  for (const std::string& name : work_.names()) {
    ready[name] = false;
  }
  const std::vector<std::string> names = folder_.names();
  forget_missing(names);
  for (const std::string& name : names) {
    if (!is_ours(name)) {
      continue;
    }
    const std::optional<FileState> state = folder_.file(name);
    if (!state) {
      continue;
    }
    // `a.csv.json` is the sidecar of `a.csv`; without that it may be a file of its own.
    const bool beside = ends_with(name, sidecar_ending);
    const std::string other = beside ? name.substr(0, name.size() - sidecar_ending.size())
                                     : name + std::string(sidecar_ending);
    if (beside && !folder_.file(name + std::string(sidecar_ending))) {
      if (!folder_.file(other)) {
        tell_stale(name, {"この説明ファイルの届出ファイルが届きません",
                          "the file that this sidecar speaks of does not come"});
      }
      continue;
    }
    if (!folder_.file(name + std::string(sidecar_ending))) {
      tell_stale(name, {"説明ファイル（.json）が届きません", "its sidecar (.json) does not come"});
      continue;
    }
    switch (state_of(name, *state)) {
      case State::complete:
        ready[name] = true;
        break;
      case State::settling:
        waiting = true;
        break;
      case State::too_short:
        left = true;
        tell_stale(name, {"大きさがまだ説明ファイルのとおりになりません",
                          "its size is not yet what its sidecar says"});
        break;
    }
  }
  return ready;
}

bool Inbox::run(bool once) {
  Watch watch(folder_, options_.poll);
  if (!watch.is_told()) {
    say(in({"フォルダの変化を知る仕組み（inotify）がありません。一定の間隔で見ます",
            "no inotify here: the folder is looked at now and then"}));
  }
  while (!options_.stop()) {
    bool waiting = false;
    bool left = false;
    const bool busy = handle_all(ready_names(waiting, left), left);
    if (busy) {
      continue;
    }
    if (once && !waiting) {
      return !left;
    }
    watch.wait(waiting ? std::min(options_.settle, options_.poll) : options_.poll);
  }
  return false;
}

/// True: something was done, so there may be more.
bool Inbox::handle_all(const std::map<std::string, bool>& names, bool& left) {
  bool done = false;
  for (const auto& [name, complete] : names) {
    if (options_.stop()) {
      return false;
    }
    std::optional<Job> job = Job::claim(folder_, work_, name, complete);
    if (!job) {
      continue;
    }
    waiting_.erase(name);
    switch (handle(*job)) {
      case Outcome::done:
      case Outcome::again:
        done = true;
        break;
      case Outcome::later:
        left = true;
        break;
    }
  }
  return done;
}

Inbox::Outcome Inbox::handle(Job& job) {
  const Job::Tries tries = job.tries();
  if (tries.deaths >= most_deaths || tries.begins - tries.excused >= most_begins) {
    park(job, in({"点検するたびに処理が止まりました", "each time it was checked, the check died"}));
    return Outcome::done;
  }
  const std::optional<FileState> state = job.folder().file(job.name());
  const std::optional<std::string> text = job.folder().read(job.sidecar_name(), most_sidecar_bytes);
  if (state && !text) {
    const std::optional<FileState> beside = job.folder().file(job.sidecar_name());
    if (beside && beside->size <= most_sidecar_bytes) {
      // It is the system that lacks something, and the file is not to blame.
      say(job.name() + ": " +
          in({"説明ファイル（.json）を今は読めません。あとでもう一度見ます",
              "its sidecar (.json) cannot be read at the moment; it is looked at again later"}));
      return Outcome::later;
    }
  }
  if (!state || !text) {
    park(job, state ? in({"説明ファイル（.json）がありません", "there is no sidecar (.json)"})
                    : in({"ファイルがありません", "there is no file beside the sidecar"}));
    return Outcome::done;
  }
  Sidecar sidecar;
  try {
    sidecar = read_sidecar(*text, options_.language);
  } catch (const SidecarError& error) {
    park(job, job.sidecar_name() + ": " + error.what());
    return Outcome::done;
  }
  if (sidecar.size && *sidecar.size != state->size) {
    park(job, in({"大きさが説明ファイルと違います", "its size is not what its sidecar says"}));
    return Outcome::done;
  }
  job.note_begin();
  return open(job, sidecar, *state);
}

Inbox::Outcome Inbox::die(Job& job) {
  job.note_death();
  say(job.name() + ": " +
      in({"点検の処理が止まりました。もう一度点検します", "the check has died; once more"}));
  return Outcome::again;
}

/// What is to be looked at: the file, or what is encrypted in it.
Inbox::Outcome Inbox::open(Job& job, const Sidecar& sidecar, const FileState& state) {
  Delivery delivery;
  delivery.name = job.name();
  delivery.size = state.size;
  delivery.document = sidecar.is_document();
  delivery.received_at = sidecar.received_at;
  const std::set<std::string, std::less<>>& clients = senders_.offices_of(sidecar.certificate);
  delivery.offices.assign(clients.begin(), clients.end());
  if (!sidecar.office.empty()) {
    delivery.offices.push_back(sidecar.office);
  }
  const Descriptor file = job.folder().open_file(job.name());
  if (!file.open()) {
    return die(job);
  }
  if (!ends_with(job.name(), encrypted_ending)) {
    return examine(job, sidecar, delivery, file.get());
  }
  if (decryptor_ == nullptr) {
    park(job, in({"暗号化されたファイルです。鍵（--pgp-key）が指定されていません",
                  "it is encrypted, and no key is given (--pgp-key)"}));
    return Outcome::done;
  }
  const Decryption decryption = decryptor_->decrypt(file.get(), state.size);
  if (!decryption.answered) {
    return die(job);
  }
  if (!decryption.fault.empty()) {
    park(job, in({"復号できません", "it cannot be decrypted"}) + " (" + decryption.fault + ")");
    return Outcome::done;
  }
  delivery.size = decryption.size;
  delivery.name = is_safe_name(decryption.name)
                      ? decryption.name
                      : job.name().substr(0, job.name().size() - encrypted_ending.size());
  return examine(job, sidecar, delivery, decryption.content.get());
}

Inbox::Outcome Inbox::examine(Job& job, const Sidecar& sidecar, const Delivery& delivery,
                              int descriptor) {
  const Examination examination = examiner_.examine(delivery, descriptor);
  const Notice& notice = examination.notice;
  const bool taken = notice.verdict == Verdict::accept;
  if (!examination.answered || notice.verdict == Verdict::unchecked ||
      (taken && !delivery.document && !examination.filing)) {
    return die(job);
  }
  Done done;
  done.name = job.name();
  done.place = taken ? Place::accepted : Place::rejected;
  done.errors = notice.errors;
  done.warnings = notice.warnings;
  if (taken && examination.filing) {
    if (const Outcome outcome = load(job, *examination.filing, done); outcome != Outcome::done) {
      return outcome;
    }
  } else {
    done.receipt = random_receipt();
  }
  answer(job, notice, sidecar, delivery.name, done);
  close(job, std::move(done));
  return Outcome::done;
}

Inbox::Outcome Inbox::load(Job& job, const FilingData& filing, Done& done) {
  const bool first_try = job.tries().begins == 1;
  try {
    const converters::Stored stored = hooks::load(filing, intake_.model(), store_);
    done.receipt = stored.receipt;
    // Behind a try that was cut off it may have been this file itself that was loaded.
    done.duplicate = !stored.is_new && first_try;
    return Outcome::done;
  } catch (const converters::StoreError& error) {
    // The file is not to blame: it waits until the store is back.
    job.excuse();
    say(job.name() + ": " + error.text(options_.language));
    return Outcome::later;
  } catch (const std::exception& error) {
    job.note_death();
    say(job.name() + ": " + error.what());
    return Outcome::again;
  }
}

void Inbox::answer(Job& job, const Notice& notice, const Sidecar& sidecar, const std::string& name,
                   const Done& done) const {
  NoticeFacts facts;
  facts.name = name;
  facts.encrypted_name = sidecar.encrypted_name;
  facts.certificate = sidecar.certificate;
  facts.office = sidecar.office;
  facts.received_at = sidecar.received_at;
  facts.checked_at = now_in_japan();
  facts.receipt = done.receipt;
  facts.duplicate = done.duplicate;
  facts.document = sidecar.is_document();
  facts.version = version();
  facts.schemas = intake_.engine().schemas_edition();
  facts.rules = intake_.engine().rules_hash();
  const std::string kind = done.place == Place::accepted ? ".receipt" : ".notice";
  job.put(kind + ".html", notice_as_html(notice, facts, intake_.catalogue()));
  job.put(kind + ".txt", notice_as_text(notice, facts, intake_.catalogue()));
  job.put(kind + ".json", notice_as_json(notice, facts));
}

void Inbox::park(Job& job, const std::string& reason) {
  std::string text;
  JsonWriter(text)
      .text("type", "parked")
      .text("file", job.name())
      .text("reason", reason)
      .text("parked_at", now_in_japan())
      .end();
  job.put(".parked.json", text + '\n');
  Done done;
  done.name = job.name();
  done.place = Place::parked;
  done.reason = reason;
  close(job, std::move(done));
}

void Inbox::close(Job& job, Done done) {
  done.as = job.finish(work_, places_.at(done.place));
  options_.done(done);
}

}  // namespace kpfd::hooks
