/* madang-nearby.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MADANG_TYPE_NEARBY (madang_nearby_get_type ())

G_DECLARE_FINAL_TYPE (MadangNearby, madang_nearby, MADANG, NEARBY, GtkWidget)

G_END_DECLS
