/* headless-network.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-host.h"

G_BEGIN_DECLS

void headless_network_tell (ChatHost *host, const char *address);

G_END_DECLS
