package dev.perigee.app.local;

import dev.perigee.analytics.store.ParquetFile;
import dev.perigee.edge.log.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log objects in Parquet: one column of text for each field, null for what is not there. */
final class ParquetTables implements TableFile {
    @Override
    public byte[] parquet(List<String> columns, List<String[]> rows) throws IOException {
        Path folder = Files.createTempDirectory("perigee-parquet");
        Path made = folder.resolve("records.parquet");
        List<ParquetFile.Column> texts = columns.stream()
                .map(name -> new ParquetFile.Column(name, ParquetFile.Type.TEXT))
                .toList();
        try (ParquetFile file = ParquetFile.create(made, texts)) {
            for (String[] row : rows) {
                @Nullable Object[] values = new @Nullable Object[columns.size()];
                for (int i = 0; i < values.length; i++)
                    values[i] = i < row.length && !row[i].equals("-") ? row[i] : null;
                file.row(values);
            }
            file.finish();
            return Files.readAllBytes(made);
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(folder);
        }
    }
}
