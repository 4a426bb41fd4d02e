/* headless-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "chat-host.h"

G_BEGIN_DECLS

typedef struct _HeadlessMemory HeadlessMemory;

HeadlessMemory *headless_memory_new (ChatHost *host);
void headless_memory_free (HeadlessMemory *memory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadlessMemory, headless_memory_free)

G_END_DECLS
