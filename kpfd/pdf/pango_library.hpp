// Cairo and pango by the names of their functions. No header of another folder includes it.
#pragma once

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

namespace kpfd::report {

/// Every function that is called. They are found in pangocairo and the libraries behind it.
// clang-format off
#define KPFD_PANGO_FUNCTIONS(X)             \
  X(cairo_create)                           \
  X(cairo_destroy)                          \
  X(cairo_fill)                             \
  X(cairo_move_to)                          \
  X(cairo_pdf_surface_create_for_stream)    \
  X(cairo_pdf_surface_set_metadata)         \
  X(cairo_rectangle)                        \
  X(cairo_set_source_rgb)                   \
  X(cairo_show_page)                        \
  X(cairo_status)                           \
  X(cairo_surface_destroy)                  \
  X(cairo_surface_finish)                   \
  X(cairo_surface_status)                   \
  X(g_object_unref)                         \
  X(pango_cairo_create_layout)              \
  X(pango_cairo_show_layout)                \
  X(pango_context_set_language)             \
  X(pango_font_description_free)            \
  X(pango_font_description_from_string)     \
  X(pango_font_description_set_absolute_size) \
  X(pango_font_description_set_weight)      \
  X(pango_language_from_string)             \
  X(pango_layout_get_context)               \
  X(pango_layout_get_pixel_size)            \
  X(pango_layout_get_unknown_glyphs_count)  \
  X(pango_layout_set_alignment)             \
  X(pango_layout_set_ellipsize)             \
  X(pango_layout_set_font_description)      \
  X(pango_layout_set_height)                \
  X(pango_layout_set_line_spacing)          \
  X(pango_layout_set_text)                  \
  X(pango_layout_set_width)                 \
  X(pango_layout_set_wrap)
// clang-format on

/// The program is not linked with it: most runs make no PDF.
struct PangoLibrary {
// The names are the libraries'. NOLINTBEGIN(readability-identifier-naming,bugprone-*)
#define KPFD_PANGO_MEMBER(function) decltype(&::function) function = nullptr;
  KPFD_PANGO_FUNCTIONS(KPFD_PANGO_MEMBER)
#undef KPFD_PANGO_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-*)
  bool is_whole = false;
};

/// Loaded by the first call. Thread-safe.
const PangoLibrary& pango_library();

}  // namespace kpfd::report
