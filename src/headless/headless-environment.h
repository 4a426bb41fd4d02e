/* headless-environment.h: the options in the environment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "headless-rows.h"

G_BEGIN_DECLS

char *headless_row_dup_variable (const HeadlessRow *row);
char **headless_environment_dup_texts (const HeadlessRow *row);
char **headless_environment_list_unknown (void);

G_END_DECLS
