/* lan-browser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "lan-chat.h"

G_BEGIN_DECLS

#define LAN_TYPE_BROWSER (lan_browser_get_type ())

G_DECLARE_FINAL_TYPE (LanBrowser, lan_browser, LAN, BROWSER, GObject)

LanBrowser *lan_browser_new (void);

gboolean lan_browser_get_available (LanBrowser *browser);

G_END_DECLS
