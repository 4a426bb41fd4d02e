/* chat-store-schema.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

sqlite3 *chat_store_schema_open (const char *folder, GError **error);
void chat_store_schema_set_error (GError **error, sqlite3 *database, const char *doing);

G_END_DECLS
