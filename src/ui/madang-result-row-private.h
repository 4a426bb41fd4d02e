/* madang-result-row-private.h: what the files of the row share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "madang-result-part.h"
#include "madang-result-row.h"

G_BEGIN_DECLS

struct _MadangResultRow
{
  GtkWidget parent_instance;

  /* Children; NULL until an item has need of it */
  GtkWidget *parts[MADANG_RESULT_N_PARTS];

  /* Borrowed: the view keeps it */
  MadangSession *session;

  /* Owned */
  GObject *item;
};

void madang_result_row_class_init_layout (GtkWidgetClass *widget_class);

G_END_DECLS
