/* headless-config.h: the file of the options
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "headless-rows.h"

G_BEGIN_DECLS

/* The largest file that is read, in bytes. */
#define HEADLESS_CONFIG_MAX_SIZE (256 * 1024)

typedef struct _HeadlessConfig HeadlessConfig;

HeadlessConfig *headless_config_read (const char *path, GError **error);
HeadlessConfig *
headless_config_parse (const char *path, const char *text, gsize length, GError **error);
void headless_config_free (HeadlessConfig *config);

gboolean headless_config_has (HeadlessConfig *config, const HeadlessRow *row, char **place);
char **headless_config_dup_texts (HeadlessConfig *config, const HeadlessRow *row, GError **error);

char *headless_config_write (HeadlessOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadlessConfig, headless_config_free)

G_END_DECLS
