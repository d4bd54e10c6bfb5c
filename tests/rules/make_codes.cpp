// make_codes OUT: the made-up programs => a C++ file with their code, as
// `kpfd_test::made_codes`. Runs during the build of the tests.

#include <cstdio>
#include <fstream>
#include <string>

#include "kpfd/rules/quick_code.hpp"
#include "made_programs.hpp"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: make_codes OUT\n", stderr);
    return 2;
  }
  std::string text =
      "#include <algorithm>\n#include <cstdint>\n#include <limits>\n"
      "#include \"kpfd/rules/quick_code.hpp\"\n#include \"kpfd/rules/quick_steps.hpp\"\n"
      "namespace kpfd::rules::steps {\nnamespace {\n";
  std::string list;
  std::size_t number = 0;
  for (const kpfd::rules::QuickProgram& program : kpfd_test::made_programs()) {
    const std::string name = "made_" + std::to_string(number++);
    text += kpfd::rules::source_of(program, name);
    list += "&" + name + ", ";
  }
  text += "constexpr QuickCode codes[] = {" + list +
          "};\n}\n}\nnamespace kpfd_test {\nextern const kpfd::rules::QuickCodes made_codes;\n"
          "const kpfd::rules::QuickCodes made_codes{kpfd::rules::steps::codes, " +
          std::to_string(number) + "};\n}\n";
  std::ofstream out(arguments[1], std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return out ? 0 : 1;
}
