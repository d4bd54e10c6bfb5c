// Whether an image has come whole. No pixel is read.
#pragma once

#include <string_view>

namespace kpfd::hooks {

/// A JPEG file: its segments follow each other, and there is an end behind its picture.
bool is_whole_jpeg(std::string_view bytes);

/// A TIFF file: its directories, and the data that they name, lie in the file.
bool is_whole_tiff(std::string_view bytes);

}  // namespace kpfd::hooks
