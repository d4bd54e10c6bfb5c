// The service: requests => checks and loads => answers. docs/serve.md says what each answer means,
// openapi.json says it for programs.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/intake/intake.hpp"
#include "hooks/serve/front.hpp"
#include "hooks/serve/loader.hpp"
#include "hooks/serve/metrics.hpp"
#include "hooks/serve/tokens.hpp"
#include "hooks/worker/pool.hpp"

namespace kpfd::hooks {

struct ServiceOptions {
  std::string language = "ja";
  std::uint64_t most_body = std::uint64_t{20} << 20;
  bool asks_for_token = true;
  std::string sender_header;  ///< the front says there who it was, for the log; "": nowhere
  int log = STDERR_FILENO;    ///< requests are told to this descriptor, which stays the caller's
};

class Service final : public Responder {
 public:
  /// `loader` is nullptr where there is no store. All of them outlive the service.
  Service(const ServiceOptions& options, const Intake& intake, const Tokens& tokens,
          WorkerPool& pool, Loader* loader);
  ~Service() override;

  /// Tells the service whose connections its requests come from.
  void attach(const Front& front) { front_ = &front; }

  int admit(const Head& head, std::string& answer) override;
  std::string refuse(int status, const Head* head) override;
  std::string answer(const Head& head, std::string body) override;

 private:
  struct Request;
  struct Answer;

  static Answer fault(int status, std::string_view code, std::string_view message);
  Answer fault_of(const JobAnswer& job) const;
  std::string sender_of(const Head& head) const;
  Answer refusal(const Head& head, Request& request) const;
  Answer plain_refusal(int status) const;
  Answer check(const Request& request, std::string_view body);
  Answer load(const Request& request, std::string_view body);
  Answer find(const std::string& receipt);
  Answer health(bool of_readiness) const;
  Answer metrics() const;
  Answer do_request(const Request& request, std::string_view body);
  std::string finish(const Answer& answer, const Request& request, bool keep_alive);
  std::string_view words(std::string_view ja, std::string_view en) const;

  ServiceOptions options_;
  const Intake& intake_;
  const Tokens& tokens_;
  WorkerPool& pool_;
  Loader* loader_;
  const Front* front_ = nullptr;
  std::string rules_;
  Metrics metrics_;
};

}  // namespace kpfd::hooks
