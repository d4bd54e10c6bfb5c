// Operators that scripts/mutate puts into the places of others: each does what stands there, or,
// where its number is the one in KPFD_FLIP, the other thing. `a == b` becomes `a == Equal{7} == b`,
// which reads as before.
#pragma once

#include <cstdlib>
#include <type_traits>
#include <utility>

namespace kpfd_flips {

/// A flip that does not compile for these operands.
inline constexpr int refused = 97;

inline const int chosen = [] {
  const char* const text = std::getenv("KPFD_FLIP");
  return text == nullptr ? 0 : std::atoi(text);
}();

inline bool flipped(int number) { return chosen == number; }
inline bool truth(int number) { return chosen != number; }
inline bool untruth(int number) { return chosen == number; }

template <typename Operand, typename Operator>
struct Left {
  Operand&& operand;
  int number;
};

#define KPFD_FLIPPED(Name, op, other)                                                              \
  struct Name {                                                                                    \
    int number;                                                                                    \
  };                                                                                               \
  template <typename A>                                                                            \
  Left<A, Name> operator op(A&& a, Name flip) {                                                    \
    return {std::forward<A>(a), flip.number};                                                      \
  }                                                                                                \
  template <typename A, typename B>                                                                \
  auto operator op(Left<A, Name> left, B&& b)                                                      \
      ->std::decay_t<decltype(std::declval<A>() op std::declval<B>())> {                           \
    using Result = std::decay_t<decltype(std::declval<A>() op std::declval<B>())>;                 \
    if (chosen == left.number) {                                                                   \
      if constexpr (requires {                                                                     \
                      static_cast<Result>(std::forward<A>(left.operand) other std::forward<B>(b)); \
                    }) {                                                                           \
        return static_cast<Result>(std::forward<A>(left.operand) other std::forward<B>(b));        \
      } else {                                                                                     \
        std::_Exit(refused);                                                                       \
      }                                                                                            \
    }                                                                                              \
    return std::forward<A>(left.operand) op std::forward<B>(b);                                    \
  }

KPFD_FLIPPED(Equal, ==, !=)
KPFD_FLIPPED(Unequal, !=, ==)
KPFD_FLIPPED(Less, <, <=)
KPFD_FLIPPED(AtMost, <=, <)
KPFD_FLIPPED(Greater, >, >=)
KPFD_FLIPPED(AtLeast, >=, >)
KPFD_FLIPPED(Plus, +, -)
KPFD_FLIPPED(Minus, -, +)
#undef KPFD_FLIPPED

/// `!a` as `Not{7} ->* a`.
struct Not {
  int number;
};
template <typename A>
bool operator->*(Not flip, A&& a) {
  return chosen == flip.number ? static_cast<bool>(a) : !static_cast<bool>(a);
}

/// `++a` as `Step{7} ->* a`.
struct Step {
  int number;
};
template <typename A>
decltype(auto) operator->*(Step flip, A&& a) {
  if (chosen == flip.number) {
    if constexpr (requires { --a; }) {
      --a;
      return std::forward<A>(a);
    } else {
      std::_Exit(refused);
    }
  }
  ++a;
  return std::forward<A>(a);
}

}  // namespace kpfd_flips
