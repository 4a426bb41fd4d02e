/* http-exposition.c: (pure) numbers for Prometheus
 *
 * Writes the text format, version 0.0.4: for each metric its help and its type, then a line for
 * each set of labels. The layers above say what the numbers are.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-exposition.h"

#include <stdarg.h>

struct _HttpExposition
{
  GString *text;
  const char *name; /* of the metric that values are added to */
};

/**
 * http_exposition_new:
 *
 * Begins a text.
 *
 * Returns: (transfer full): a text without metrics
 */
HttpExposition *
http_exposition_new (void)
{
  HttpExposition *self = g_new0 (HttpExposition, 1);

  self->text = g_string_new (NULL);
  return self;
}

/* In a help a quotation mark stands for itself, in the value of a label it would end it. */
static void
append_escaped (GString *text, const char *value, gboolean quoted)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  for (const char *c = valid; *c != '\0'; c++)
    {
      if (*c == '\n')
        g_string_append (text, "\\n");
      else if (*c == '\\' || (quoted && *c == '"'))
        g_string_append_printf (text, "\\%c", *c);
      else
        g_string_append_c (text, *c);
    }
}

/* A decimal comma would be none, so that the locale must not count. Whole numbers, which most are,
 * are written without an exponent. */
static void
append_value (GString *text, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.15g", value));
}

/**
 * http_exposition_begin:
 * @exposition: a text
 * @name: the name of the metric, a string that stays
 * @type: "counter" or "gauge"
 * @help: what it is
 *
 * Begins a metric, to which [func@http_exposition_add] adds values.
 */
void
http_exposition_begin (HttpExposition *self, const char *name, const char *type, const char *help)
{
  self->name = name;
  g_string_append_printf (self->text, "# HELP %s ", name);
  append_escaped (self->text, help, FALSE);
  g_string_append_printf (self->text, "\n# TYPE %s %s\n", name, type);
}

/**
 * http_exposition_add:
 * @exposition: a text with a metric
 * @value: the value
 * @...: names and values of its labels, all of them strings; then %NULL
 *
 * Adds a value to the metric that was begun last.
 */
void
http_exposition_add (HttpExposition *self, double value, ...)
{
  const char *label;
  char separator = '{';
  va_list labels;

  g_string_append (self->text, self->name);
  va_start (labels, value);
  while ((label = va_arg (labels, const char *)) != NULL)
    {
      g_string_append_printf (self->text, "%c%s=\"", separator, label);
      append_escaped (self->text, va_arg (labels, const char *), TRUE);
      g_string_append_c (self->text, '"');
      separator = ',';
    }
  va_end (labels);
  if (separator == ',')
    g_string_append_c (self->text, '}');
  g_string_append_c (self->text, ' ');
  append_value (self->text, value);
  g_string_append_c (self->text, '\n');
}

/**
 * http_exposition_put:
 * @exposition: a text
 * @name: the name of the metric, a string that stays
 * @type: "counter" or "gauge"
 * @help: what it is
 * @value: its only value
 *
 * Writes a metric without labels.
 */
void
http_exposition_put (HttpExposition *self,
                     const char *name,
                     const char *type,
                     const char *help,
                     double value)
{
  http_exposition_begin (self, name, type, help);
  http_exposition_add (self, value, NULL);
}

/**
 * http_exposition_end:
 * @exposition: (transfer full): a text
 *
 * Ends it.
 *
 * Returns: (transfer full): the text
 */
char *
http_exposition_end (HttpExposition *self)
{
  char *text = g_string_free (self->text, FALSE);

  g_free (self);
  return text;
}
