/* madang-result-layout.c: where the parts of a row of the results stand
 *
 * Three columns, and the texts below each other in the middle one. Boxes in boxes would do the
 * same, but ask each label for its size several times over, and there are hundreds of rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-result-row-private.h"

/* Between the columns, and between the name and its marks, in pixels. */
#define COLUMN_SPACING  12
#define HEADING_SPACING 6

/* The marks stand behind the name in one line. */
#define N_HEADING (MADANG_RESULT_PART_PRIVATE - MADANG_RESULT_PART_NAME + 1)

static gboolean
is_shown (MadangResultRow *self, MadangResultPart part)
{
  return self->parts[part] != NULL && gtk_widget_get_visible (self->parts[part]);
}

static int
get_width (MadangResultRow *self, MadangResultPart part, int *minimum)
{
  int natural = 0;

  *minimum = 0;
  if (is_shown (self, part))
    gtk_widget_measure (self->parts[part], GTK_ORIENTATION_HORIZONTAL, -1, minimum, &natural, NULL,
                        NULL);
  return natural;
}

static int
get_height (MadangResultRow *self, MadangResultPart part, int width)
{
  int height = 0;

  if (is_shown (self, part))
    gtk_widget_measure (self->parts[part], GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL,
                        NULL);
  return height;
}

/* What the time and the picture leave. */
static int
get_column_width (MadangResultRow *self, int width)
{
  int minimum;

  return width - MADANG_RESULT_LEAD_WIDTH - get_width (self, MADANG_RESULT_PART_TIME, &minimum) -
         2 * COLUMN_SPACING;
}

/* A name without marks takes what there is. */
static gboolean
has_marks (MadangResultRow *self)
{
  return is_shown (self, MADANG_RESULT_PART_YOU) || is_shown (self, MADANG_RESULT_PART_PRIVATE);
}

static int
get_heading_width (MadangResultRow *self, int *minimum)
{
  int natural = 0;
  int part_minimum;

  *minimum = 0;
  for (MadangResultPart part = MADANG_RESULT_PART_NAME;
       has_marks (self) && part <= MADANG_RESULT_PART_PRIVATE; part++)
    if (is_shown (self, part))
      {
        natural += get_width (self, part, &part_minimum) + HEADING_SPACING;
        *minimum += part_minimum + HEADING_SPACING;
      }
  return natural;
}

static int
get_heading_height (MadangResultRow *self)
{
  int height = 0;

  for (MadangResultPart part = MADANG_RESULT_PART_NAME; part <= MADANG_RESULT_PART_PRIVATE; part++)
    height = MAX (height, get_height (self, part, -1));
  return height;
}

static void
measure_width (MadangResultRow *self, int *minimum, int *natural)
{
  const int around = MADANG_RESULT_LEAD_WIDTH + 2 * COLUMN_SPACING;
  int time_minimum, part_minimum;
  int time_natural = get_width (self, MADANG_RESULT_PART_TIME, &time_minimum);

  *natural = get_heading_width (self, minimum);
  for (MadangResultPart part = MADANG_RESULT_PART_TEXT; part <= MADANG_RESULT_PART_DETAIL; part++)
    {
      *natural = MAX (*natural, get_width (self, part, &part_minimum));
      *minimum = MAX (*minimum, part_minimum);
    }
  *minimum += around + time_natural;
  *natural += around + time_natural;
}

static int
measure_height (MadangResultRow *self, int width)
{
  int column = get_column_width (self, width);
  int height = get_heading_height (self);

  for (MadangResultPart part = MADANG_RESULT_PART_TEXT; part <= MADANG_RESULT_PART_FIELDS; part++)
    height += get_height (self, part, part == MADANG_RESULT_PART_FIELDS ? -1 : column);
  height = MAX (height, get_height (self, MADANG_RESULT_PART_AVATAR, -1));
  height = MAX (height, get_height (self, MADANG_RESULT_PART_ICON, -1));
  return MAX (height, get_height (self, MADANG_RESULT_PART_TIME, -1));
}

static GtkSizeRequestMode
madang_result_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
madang_result_row_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  MadangResultRow *self = MADANG_RESULT_ROW (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (self, minimum, natural);
  else if (for_size < 0)
    *minimum = *natural =
      MADANG_RESULT_LEAD_WIDTH; /* the list asks again when it knows its width */
  else
    *minimum = *natural = measure_height (self, for_size);
}

/* From left to right, or the other way round. */
static void
place (MadangResultRow *self, MadangResultPart part, int x, int y, int width, int height)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int row_width = gtk_widget_get_width (GTK_WIDGET (self));
  GtkAllocation allocation = { rtl ? row_width - x - width : x, y, width, height };

  if (is_shown (self, part))
    gtk_widget_size_allocate (self->parts[part], &allocation, -1);
}

/* What is too long of the name and the marks is shortened fairly. */
static void
place_marks (MadangResultRow *self, int x, int width, int height)
{
  GtkRequestedSize sizes[N_HEADING];
  guint n = 0;

  for (MadangResultPart part = MADANG_RESULT_PART_NAME; part <= MADANG_RESULT_PART_PRIVATE; part++)
    if (is_shown (self, part))
      {
        sizes[n].data = GINT_TO_POINTER (part);
        sizes[n].natural_size = get_width (self, part, &sizes[n].minimum_size);
        width -= sizes[n].minimum_size + (n > 0 ? HEADING_SPACING : 0);
        n++;
      }

  gtk_distribute_natural_allocation (MAX (width, 0), n, sizes);
  for (guint i = 0; i < n; i++)
    {
      place (self, GPOINTER_TO_INT (sizes[i].data), x, 0, sizes[i].minimum_size, height);
      x += sizes[i].minimum_size + HEADING_SPACING;
    }
}

static void
place_column (MadangResultRow *self, int x, int width)
{
  int y = get_heading_height (self);

  if (has_marks (self))
    place_marks (self, x, width, y);
  else
    place (self, MADANG_RESULT_PART_NAME, x, 0, width, y);

  for (MadangResultPart part = MADANG_RESULT_PART_TEXT; part <= MADANG_RESULT_PART_FIELDS; part++)
    {
      int height = get_height (self, part, part == MADANG_RESULT_PART_FIELDS ? -1 : width);

      place (self, part, x, y, width, height);
      y += height;
    }
}

static void
madang_result_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MadangResultRow *self = MADANG_RESULT_ROW (widget);
  int column = get_column_width (self, width);
  int x = MADANG_RESULT_LEAD_WIDTH + COLUMN_SPACING;

  place (self, MADANG_RESULT_PART_AVATAR, 0, 0, MADANG_RESULT_LEAD_WIDTH, height);
  place (self, MADANG_RESULT_PART_ICON, 0, 0, MADANG_RESULT_LEAD_WIDTH, height);
  place_column (self, x, column);
  x += column + COLUMN_SPACING;
  place (self, MADANG_RESULT_PART_TIME, x, 0, width - x, height);
}

void
madang_result_row_class_init_layout (GtkWidgetClass *widget_class)
{
  widget_class->get_request_mode = madang_result_row_get_request_mode;
  widget_class->measure = madang_result_row_measure;
  widget_class->size_allocate = madang_result_row_size_allocate;
}
