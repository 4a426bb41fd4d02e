/* madang-addresses.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define MADANG_TYPE_ADDRESSES (madang_addresses_get_type ())

G_DECLARE_FINAL_TYPE (MadangAddresses, madang_addresses, MADANG, ADDRESSES, GtkWidget)

void madang_addresses_set_urls (MadangAddresses *self, char **urls, const char *best);
void madang_addresses_set_obstacle (MadangAddresses *self, const char *obstacle);

G_END_DECLS
