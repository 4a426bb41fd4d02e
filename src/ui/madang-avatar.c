/* madang-avatar.c: somebody's initials in a circle of colour
 *
 * It looks as AdwAvatar does, with the colours of its style sheet, but is one widget that paints
 * itself where that one is five. A row of the results is made of few others, and there are hundreds
 * of rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-avatar.h"

/* The width of the circle, in pixels. */
#define SIZE 32

/* The side of the square in it that the initials fill: that of the biggest one, less a margin. */
#define TEXT_SIZE (SIZE / 1.4142 - (SIZE * 0.4 - 5))

/* The style sheet has the classes color1 to color14. */
#define N_COLORS 14

struct _MadangAvatar
{
  GtkWidget parent_instance;

  char *name;
  PangoLayout *layout; /* of the initials, as long as neither they nor the style change */
};

G_DEFINE_FINAL_TYPE (MadangAvatar, madang_avatar, GTK_TYPE_WIDGET)

/* {{{ The initials */

/**
 * madang_avatar_dup_initials:
 * @name: a name
 *
 * Returns: (transfer full): the first letters of its first and of its last word, as capitals
 */
char *
madang_avatar_dup_initials (const char *name)
{
  g_autofree char *capitals = g_utf8_strup (name, -1);
  g_autofree char *composed = g_utf8_normalize (g_strstrip (capitals), -1,
                                                G_NORMALIZE_DEFAULT_COMPOSE);
  const char *last = composed != NULL ? g_utf8_strrchr (composed, -1, ' ') : NULL;
  GString *initials = g_string_new (NULL);

  if (composed != NULL && *composed != '\0')
    g_string_append_unichar (initials, g_utf8_get_char (composed));
  if (last != NULL)
    g_string_append_unichar (initials, g_utf8_get_char (last + 1));
  return g_string_free (initials, FALSE);
}

/* As large as fits; the font's own size tells the proportions. */
static void
fit (PangoLayout *layout)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int width, height;
  double size;

  pango_layout_get_pixel_size (layout, &width, &height);
  size = width > 0 ? MIN (height * TEXT_SIZE / width, TEXT_SIZE) : TEXT_SIZE;
  pango_attr_list_insert (attributes, pango_attr_size_new_absolute (size * PANGO_SCALE));
  pango_layout_set_attributes (layout, attributes);
}

static PangoLayout *
madang_avatar_get_layout (MadangAvatar *self)
{
  g_autofree char *initials = NULL;

  if (self->layout != NULL)
    return self->layout;

  initials = madang_avatar_dup_initials (self->name);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), initials);
  fit (self->layout);
  return self->layout;
}

/* }}} */
/* {{{ The object */

static void
madang_avatar_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
madang_avatar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MadangAvatar *self = MADANG_AVATAR (widget);
  PangoLayout *layout;
  PangoRectangle text;

  if (self->name == NULL)
    return;

  layout = madang_avatar_get_layout (self);
  pango_layout_get_pixel_extents (layout, NULL, &text);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget),
                              (SIZE - text.width) / 2 - text.x, (SIZE - text.height) / 2, layout);
}

/* The font may be another one. */
static void
madang_avatar_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (madang_avatar_parent_class)->css_changed (widget, change);
  g_clear_object (&MADANG_AVATAR (widget)->layout);
}

static void
madang_avatar_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (madang_avatar_parent_class)->system_setting_changed (widget, setting);
  g_clear_object (&MADANG_AVATAR (widget)->layout);
  gtk_widget_queue_draw (widget);
}

static void
madang_avatar_finalize (GObject *object)
{
  MadangAvatar *self = MADANG_AVATAR (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (madang_avatar_parent_class)->finalize (object);
}

static void
madang_avatar_class_init (MadangAvatarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = madang_avatar_finalize;
  widget_class->measure = madang_avatar_measure;
  widget_class->snapshot = madang_avatar_snapshot;
  widget_class->css_changed = madang_avatar_css_changed;
  widget_class->system_setting_changed = madang_avatar_system_setting_changed;

  gtk_widget_class_set_css_name (widget_class, "avatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
madang_avatar_init (MadangAvatar *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * madang_avatar_new:
 *
 * Returns: (transfer floating): a circle of 32 pixels that shows nobody yet
 */
GtkWidget *
madang_avatar_new (void)
{
  return g_object_new (MADANG_TYPE_AVATAR, NULL);
}

/**
 * madang_avatar_set_name:
 * @self: an avatar
 * @name: a name, not empty
 *
 * Shows the initials of somebody, in the colour that goes with the name.
 */
void
madang_avatar_set_name (MadangAvatar *self, const char *name)
{
  char color[16];

  if (g_strcmp0 (name, self->name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  g_clear_object (&self->layout);
  g_snprintf (color, sizeof color, "color%u", g_str_hash (name) % N_COLORS + 1);
  gtk_widget_set_css_classes (GTK_WIDGET (self), (const char *[]){ color, NULL });
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* }}} */
