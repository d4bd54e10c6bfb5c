#include "kpfd/grammar/markers.hpp"

#include <boost/spirit/home/x3.hpp>

namespace kpfd::grammar {

namespace x3 = boost::spirit::x3;

Marker match_marker(std::string_view line, const std::string& text,
                    std::string_view full_width_space) {
  if (line == text) {
    return Marker::exact;
  }
  const std::string space(full_width_space);
  const auto blanks = *(x3::standard::char_(" \t") | x3::lit(space));
  const auto damaged =
      blanks >> x3::no_case[x3::lit(text)] >> blanks >> (x3::eoi | x3::standard::char_(','));
  auto at = line.begin();
  return x3::parse(at, line.end(), damaged) ? Marker::damaged : Marker::none;
}

}  // namespace kpfd::grammar
