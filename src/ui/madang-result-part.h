/* madang-result-part.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The width of what stands before the texts, in pixels. */
#define MADANG_RESULT_LEAD_WIDTH 32

/* What a row is made of, in the order of reading. */
typedef enum
{
  MADANG_RESULT_PART_AVATAR,
  MADANG_RESULT_PART_ICON,
  MADANG_RESULT_PART_NAME,
  MADANG_RESULT_PART_YOU,
  MADANG_RESULT_PART_PRIVATE,
  MADANG_RESULT_PART_TEXT,
  MADANG_RESULT_PART_MORE,
  MADANG_RESULT_PART_DETAIL,
  MADANG_RESULT_PART_FIELDS,
  MADANG_RESULT_PART_TIME,
  MADANG_RESULT_N_PARTS
} MadangResultPart;

GtkWidget *madang_result_part_new (MadangResultPart part);

G_END_DECLS
