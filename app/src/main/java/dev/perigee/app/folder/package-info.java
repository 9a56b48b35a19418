/** The data folder of one local system: its files, its lock, its run.json. */
@NullMarked
package dev.perigee.app.folder;

import org.jspecify.annotations.NullMarked;
