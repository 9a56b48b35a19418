/** The console: a page in a browser that shows what runs, and changes it through the API with a key of whoever looks. */
@NullMarked
package dev.perigee.app.console;

import org.jspecify.annotations.NullMarked;
