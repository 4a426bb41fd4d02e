/* madang-network-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MADANG_TYPE_NETWORK_ROW (madang_network_row_get_type ())

G_DECLARE_FINAL_TYPE (MadangNetworkRow, madang_network_row, MADANG, NETWORK_ROW, AdwComboRow)

const char *madang_network_row_get_address (MadangNetworkRow *self);
void madang_network_row_set_address (MadangNetworkRow *self, const char *address);

G_END_DECLS
