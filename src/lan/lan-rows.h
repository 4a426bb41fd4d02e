/* lan-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "lan-chat.h"
#include "lan-record.h"

G_BEGIN_DECLS

/* A local network has a handful of chats; more than this is somebody's joke. */
#define LAN_ROWS_MAX 200

#define LAN_TYPE_ROWS (lan_rows_get_type ())

G_DECLARE_FINAL_TYPE (LanRows, lan_rows, LAN, ROWS, GObject)

LanRows *lan_rows_new (void);
void lan_rows_put (LanRows *rows, const char *service, LanRecord *record);
void lan_rows_remove (LanRows *rows, const char *service);
void lan_rows_clear (LanRows *rows);

G_END_DECLS
