/* madang-result-part.c: the widgets that a row of the results is made of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-result-part.h"

#include <glib/gi18n.h>

#include "madang-avatar.h"

static GtkWidget *
make_label (const char *const *classes)
{
  return g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "css-classes", classes, NULL);
}

static GtkWidget *
make_line (const char *const *classes)
{
  GtkWidget *label = make_label (classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

/* Without the width in characters a label finds out how narrow it can be by trying, which takes
 * long. */
static GtkWidget *
make_paragraph (const char *const *classes)
{
  GtkWidget *label = make_label (classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 18);
  return label;
}

static GtkWidget *
make_icon (void)
{
  return g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       "width-request", MADANG_RESULT_LEAD_WIDTH, "valign", GTK_ALIGN_START, NULL);
}

static GtkWidget *
make_avatar (void)
{
  GtkWidget *avatar = madang_avatar_new ();

  gtk_widget_set_valign (avatar, GTK_ALIGN_START);
  return avatar;
}

static GtkWidget *
make_you (void)
{
  GtkWidget *label = make_label ((const char *[]){ "tag", NULL });

  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  /* Translators: marks the user's own messages and name */
  gtk_label_set_label (GTK_LABEL (label), _ ("you"));
  return label;
}

static GtkWidget *
make_private (void)
{
  GtkWidget *label = make_line ((const char *[]){ "tag", "accent", NULL });

  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  return label;
}

static GtkWidget *
make_more (void)
{
  return g_object_new (GTK_TYPE_BUTTON, "label", _ ("Show All"), "halign", GTK_ALIGN_START,
                       "action-name", "result.show-all", "css-classes",
                       (const char *[]){ "flat", "small-button", "text-button", NULL }, NULL);
}

static GtkWidget *
make_fields (void)
{
  GtkWidget *label = make_line ((const char *[]){ "dim-label", "caption", NULL });

  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  return label;
}

static GtkWidget *
make_time (void)
{
  GtkWidget *label = make_label ((const char *[]){ "dim-label", "caption", "numeric", NULL });

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  return label;
}

/**
 * madang_result_part_new:
 * @part: what of a row
 *
 * Returns: (transfer floating): a widget that shows nothing yet
 */
GtkWidget *
madang_result_part_new (MadangResultPart part)
{
  switch (part)
    {
    case MADANG_RESULT_PART_AVATAR:
      return make_avatar ();
    case MADANG_RESULT_PART_ICON:
      return make_icon ();
    case MADANG_RESULT_PART_NAME:
      return make_line ((const char *[]){ "heading", NULL });
    case MADANG_RESULT_PART_YOU:
      return make_you ();
    case MADANG_RESULT_PART_PRIVATE:
      return make_private ();
    case MADANG_RESULT_PART_TEXT:
      return make_paragraph (NULL);
    case MADANG_RESULT_PART_MORE:
      return make_more ();
    case MADANG_RESULT_PART_DETAIL:
      return make_paragraph ((const char *[]){ "dim-label", "caption", NULL });
    case MADANG_RESULT_PART_FIELDS:
      return make_fields ();
    case MADANG_RESULT_PART_TIME:
      return make_time ();
    case MADANG_RESULT_N_PARTS:
    default:
      g_assert_not_reached ();
    }
}
