// What the tests of this folder share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kpfd/xsd/validator.hpp"

namespace test_xsd {

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

inline const std::filesystem::path& schemas() {
  static const std::filesystem::path path = std::filesystem::path(KPFD_SOURCE_DIR) / "schemas";
  return path;
}

/// A validator of one of our own XSDs.
inline kpfd::xsd::Validator validator(const std::string& xsd) {
  return {read(schemas() / xsd), xsd};
}

/// What a function refuses, or nothing.
template <typename Function>
std::optional<kpfd::xsd::Fault> refusal(Function function) {
  try {
    function();
  } catch (const kpfd::xsd::XmlError& error) {
    return error.faults().at(0);
  }
  return std::nullopt;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace test_xsd
