/* headless-rows.h: the table of the options that have a value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "headless-options.h"

G_BEGIN_DECLS

/**
 * HeadlessType:
 * @HEADLESS_STRING: a `char *` of UTF-8
 * @HEADLESS_PATH: a `char *` of any bytes
 * @HEADLESS_INT: an `int` in decimal, from @min to @max of its row
 * @HEADLESS_BOOL: a `gboolean`: true, yes, on, 1 and their opposites; alone on the command line
 * true
 * @HEADLESS_CHOICE: a `char *` that is one of the @choices of its row
 * @HEADLESS_LIST: a `char **`; repeated on the command line, elsewhere with `;` between
 *
 * The form of an option's value, and the type of its field.
 */
typedef enum
{
  HEADLESS_STRING,
  HEADLESS_PATH,
  HEADLESS_INT,
  HEADLESS_BOOL,
  HEADLESS_CHOICE,
  HEADLESS_LIST,
} HeadlessType;

/**
 * HeadlessCheck:
 * @text: a value, or one of a list
 * @error: return location for an error that says what is wrong with it
 *
 * Checks a value.
 *
 * Returns: (transfer full): the value as it is kept, or %NULL with an error
 */
typedef char *(*HeadlessCheck) (const char *text, GError **error);

/**
 * HeadlessRow:
 * @name: the name on the command line; in the environment `port` is called `MADANG_PORT`
 * @group: (nullable): its group in the file; %NULL if it cannot stand there
 * @key: (nullable): its key in @group
 * @type: the form of its value
 * @offset: its field in #HeadlessOptions
 * @make_default: (nullable): makes its default as text; without one that is %NULL, 0 or %FALSE
 * @check: (nullable): a check beside that of its type
 * @choices: (nullable): all values of a choice
 * @min: the least number
 * @max: the greatest number
 * @reloads: whether a change in the file counts without a restart
 * @window: whether it means something to a window too
 * @help: what it does, to be translated
 * @argument: (nullable): a word for its value in the help, to be translated
 *
 * An option that has a value.
 */
typedef struct
{
  const char *name;
  const char *group;
  const char *key;
  HeadlessType type;
  gsize offset;
  char *(*make_default) (void);
  HeadlessCheck check;
  const char *const *choices;
  int min;
  int max;
  gboolean reloads;
  gboolean window;
  const char *help;
  const char *argument;
} HeadlessRow;

extern const char *const headless_exposures[];

const HeadlessRow *headless_rows_get (guint *n_rows);
const HeadlessRow *headless_rows_find (const char *name);
const HeadlessRow *headless_rows_find_key (const char *group, const char *key);
gboolean headless_rows_have_group (const char *group);
guint headless_row_get_index (const HeadlessRow *row);

gboolean headless_row_set (const HeadlessRow *row,
                           HeadlessOptions *options,
                           const char *const *texts,
                           GError **error);
void headless_row_set_default (const HeadlessRow *row, HeadlessOptions *options);
void headless_row_clear (const HeadlessRow *row, HeadlessOptions *options);
char **headless_row_dup_texts (const HeadlessRow *row, HeadlessOptions *options);
gboolean headless_row_is_equal (const HeadlessRow *row, HeadlessOptions *a, HeadlessOptions *b);

G_END_DECLS
