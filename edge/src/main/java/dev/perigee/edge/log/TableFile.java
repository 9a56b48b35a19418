package dev.perigee.edge.log;

import java.io.IOException;
import java.util.List;

/** Makes files of tables. */
@FunctionalInterface
public interface TableFile {
    /** Cannot. */
    TableFile NONE = (_, _) -> {
        throw new IOException("there is nothing here that writes Parquet");
    };

    /**
     * A Parquet file.
     *
     * @param columns their names, of text
     * @param rows a value for each column; a dash for none
     */
    byte[] parquet(List<String> columns, List<String[]> rows) throws IOException;
}
