/** Logged requests as Parquet files, asked by SQL. The one place that knows DuckDB. */
@NullMarked
package dev.perigee.analytics.store;

import org.jspecify.annotations.NullMarked;
