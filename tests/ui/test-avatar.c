/* test-avatar.c: ours beside libadwaita's, which it must look like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "madang-avatar.h"

static const char *const NAMES[] = {
  "Anna",       "Bert Brecht", "미나",           "마당 사람",    "ǆ", " spaces  around ",
  "de la Cruz", "a",           "e\u0301t\u00e9", "\U0001f600 x", "-", "straße ß",
  "ﬁne",        "שלום עולם",
};

static GtkWidget *
find_styled (GtkWidget *widget, const char *css_name)
{
  if (g_str_equal (gtk_widget_get_css_name (widget), css_name) &&
      (!GTK_IS_LABEL (widget) || gtk_widget_get_visible (widget)) && !ADW_IS_AVATAR (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_styled (child, css_name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
check (const char *name)
{
  g_autoptr (GtkWidget) theirs = g_object_ref_sink (adw_avatar_new (32, name, TRUE));
  g_autoptr (GtkWidget) ours = g_object_ref_sink (madang_avatar_new ());
  GtkWidget *circle = find_styled (theirs, "avatar");
  GtkWidget *label = find_styled (theirs, "label");
  g_auto (GStrv) classes = NULL;
  g_autofree char *initials = madang_avatar_dup_initials (name);

  g_test_message ("%s", name);
  madang_avatar_set_name (MADANG_AVATAR (ours), name);
  classes = gtk_widget_get_css_classes (ours);
  g_assert_cmpuint (g_strv_length (classes), ==, 1);
  g_assert_true (gtk_widget_has_css_class (circle, classes[0]));
  g_assert_cmpstr (gtk_widget_get_css_name (ours), ==, gtk_widget_get_css_name (circle));
  g_assert_cmpstr (initials, ==, gtk_label_get_label (GTK_LABEL (label)));
}

static void
test_like_theirs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    check (NAMES[i]);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/ui/avatar/like-theirs", test_like_theirs);

  return g_test_run ();
}
