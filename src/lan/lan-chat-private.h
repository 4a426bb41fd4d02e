/* lan-chat-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "lan-chat.h"
#include "lan-record.h"

G_BEGIN_DECLS

LanChat *lan_chat_new (const LanRecord *record);
void lan_chat_update (LanChat *chat, const LanRecord *record);

G_END_DECLS
