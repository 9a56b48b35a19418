package dev.perigee.edge;

import dev.perigee.core.plan.Plan;
import dev.perigee.wire.MalformedPlanException;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last good plan on disk: what an edge serves by after a restart, with or without a control plane. */
final class PlanFile {
    private static final Logger LOG = LoggerFactory.getLogger(PlanFile.class);

    private final Path file;

    PlanFile(Path file) {
        this.file = file;
    }

    /** The plan, or the empty one when there is none, or none that can be trusted. */
    Plan read() {
        try {
            return Files.exists(file) ? PlanDocument.decode(Files.readAllBytes(file)) : Plan.EMPTY;
        } catch (MalformedPlanException | IOException e) {
            LOG.warn("plan file {} is not used: {}", file, e.getMessage());
            return Plan.EMPTY;
        }
    }

    /** Replaces the file in one step; after a crash there is the old one or the new one. */
    void write(byte[] document) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(document);
            while (buffer.hasRemaining()) channel.write(buffer);
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
