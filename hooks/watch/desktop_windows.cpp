// What desktop_posix.cpp does, for Windows.

#include "kpfd/system/windows.hpp"
// After it: it needs the types.
#include <shellapi.h>

#include <algorithm>
#include <string_view>

#include "hooks/watch/desktop.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::hooks {

namespace {

/// The program's own icon.
constexpr WORD icon_number = 1;

/// A text for a place of a fixed size, which ends with a zero: line by line without what a desktop
/// might act on, cut off between characters.
template <std::size_t size>
void put(wchar_t (&to)[size], std::string_view text) {
  std::string plain;
  while (true) {
    const std::size_t end = text.find('\n');
    report::append_plain(plain, text.substr(0, end));
    if (end == std::string_view::npos) {
      break;
    }
    plain += '\n';
    text.remove_prefix(end + 1);
  }
  const std::wstring wide = system::wide(plain);
  std::size_t count = std::min(wide.size(), size - 1);
  if (count > 0 && count < wide.size() && IS_HIGH_SURROGATE(wide[count - 1])) {
    --count;
  }
  std::fill(std::copy_n(wide.begin(), count, std::begin(to)), std::end(to), L'\0');
}

}  // namespace

/// The icon that notices belong to, with the window that the shell wants for it. The window gets no
/// messages, so that nobody waits for an answer of it.
struct Desktop::System {
  System() {
    const HINSTANCE program = ::GetModuleHandleW(nullptr);
    window = ::CreateWindowExW(0, L"STATIC", L"kpfd", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr, program,
                               nullptr);
    icon = ::LoadIconW(program, MAKEINTRESOURCEW(icon_number));
  }
  ~System() {
    if (shown) {
      NOTIFYICONDATAW facts = begin();
      ::Shell_NotifyIconW(NIM_DELETE, &facts);
    }
    if (window != nullptr) {
      ::DestroyWindow(window);
    }
  }
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  NOTIFYICONDATAW begin() const {
    NOTIFYICONDATAW facts{};
    facts.cbSize = sizeof(facts);
    facts.hWnd = window;
    facts.uID = icon_number;
    return facts;
  }

  bool show_icon() {
    NOTIFYICONDATAW facts = begin();
    facts.uFlags = NIF_ICON | NIF_TIP;
    facts.hIcon = icon;
    put(facts.szTip, "kpfd");
    shown = ::Shell_NotifyIconW(NIM_ADD, &facts) != FALSE;
    return shown;
  }

  HWND window = nullptr;
  HICON icon = nullptr;
  bool shown = false;
};

Desktop::Desktop() = default;

Desktop::~Desktop() = default;

void Desktop::notify(const std::string& title, const std::string& text, bool urgent) {
  if (system_ == nullptr) {
    system_ = std::make_unique<System>();
  }
  NOTIFYICONDATAW facts = system_->begin();
  facts.uFlags = NIF_INFO;
  facts.dwInfoFlags = urgent ? NIIF_WARNING : NIIF_INFO;
  put(facts.szInfoTitle, title);
  put(facts.szInfo, text);
  const bool was_shown = system_->shown && ::Shell_NotifyIconW(NIM_MODIFY, &facts) != FALSE;
  // A shell that has been started anew knows nothing of the icon.
  if (!was_shown && system_->show_icon()) {
    ::Shell_NotifyIconW(NIM_MODIFY, &facts);
  }
}

}  // namespace kpfd::hooks
