package dev.perigee.edge.store.disk;

import dev.perigee.core.plan.Purge;
import dev.perigee.edge.store.PurgeLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The file behind a {@link PurgeLog}, and the secret that the folder's hashes are made with. A segment only counts together
 * with the journal it was written beside: when that is missing or damaged in any way, nobody can say what was purged
 * meanwhile, and the segments, whose fingerprint no longer fits, are dropped.
 */
final class PurgeJournal implements PurgeLog.Journal {
    static final String NAME = "purges";
    private static final int MAGIC = 0x50475031;

    private final DiskFiles files;
    private final Consumer<IOException> failed;
    private final long k0;
    private final long k1;
    private long end;

    private PurgeJournal(DiskFiles files, Consumer<IOException> failed, long k0, long k1, long end) {
        this.files = files;
        this.failed = failed;
        this.k0 = k0;
        this.k1 = k1;
        this.end = end;
    }

    /** A journal and what it held. */
    record Opened(PurgeLog log, KeyHash hash, boolean damaged) {}

    /** What a file holds. */
    private record Content(long k0, long k1, long droppedUpTo, long sequence, List<PurgeLog.Entry> entries) {}

    static Opened open(DiskFiles files, Consumer<IOException> failed) throws IOException {
        byte[] file = files.read(NAME);
        Content content = null;
        if (file != null) {
            try {
                content = read(Unpooled.wrappedBuffer(file));
            } catch (Damaged _) {
                // Begun anew below.
            }
        }
        if (file != null && content != null) {
            PurgeJournal journal = new PurgeJournal(files, failed, content.k0, content.k1, file.length);
            PurgeLog log = new PurgeLog(journal, content.droppedUpTo, content.sequence, content.entries);
            return new Opened(log, new KeyHash(content.k0, content.k1), false);
        }
        SecureRandom random = new SecureRandom();
        PurgeJournal journal = new PurgeJournal(files, failed, random.nextLong(), random.nextLong(), 0);
        journal.write(0, 0, List.of());
        return new Opened(new PurgeLog(journal, 0, 0, List.of()), new KeyHash(journal.k0, journal.k1), file != null);
    }

    private static Content read(ByteBuf in) throws Damaged {
        ByteBuf first = frame(in);
        if (Codec.readInt(first) != MAGIC) throw new Damaged("version");
        long k0 = Codec.readLong(first);
        long k1 = Codec.readLong(first);
        long dropped = Codec.readLong(first);
        long sequence = Codec.readLong(first);
        Codec.end(first);
        List<PurgeLog.Entry> entries = new ArrayList<>();
        while (in.isReadable()) {
            PurgeLog.Entry entry = readEntry(frame(in));
            entries.add(entry);
            sequence = Math.max(sequence, entry.purge().sequence());
        }
        return new Content(k0, k1, dropped, sequence, entries);
    }

    private static ByteBuf frame(ByteBuf in) throws Damaged {
        int length = Codec.readInt(in);
        int crc = Codec.readInt(in);
        if (length < 0 || length > in.readableBytes()) throw new Damaged("frame length");
        ByteBuf frame = in.readSlice(length);
        if (RecordHeader.crc(frame, 0, length) != crc) throw new Damaged("frame checksum");
        return frame;
    }

    private static PurgeLog.Entry readEntry(ByteBuf in) throws Damaged {
        long sequence = Codec.readLong(in);
        if (sequence < 1) throw new Damaged("sequence");
        String distribution = Codec.readText(in);
        String header = Codec.readOptionalText(in);
        List<String> paths = readTexts(in);
        List<String> tags = readTexts(in);
        Codec.end(in);
        return new PurgeLog.Entry(new Purge(sequence, distribution, paths, tags), header);
    }

    private static List<String> readTexts(ByteBuf in) throws Damaged {
        int count = Codec.readCount(in);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) texts.add(Codec.readText(in));
        return texts;
    }

    private static void writeTexts(ByteBuf out, List<String> texts) {
        out.writeInt(texts.size());
        for (String text : texts) Codec.writeText(out, text);
    }

    private static void writeEntry(ByteBuf out, PurgeLog.Entry entry) {
        int start = out.writerIndex();
        out.writeLong(0);
        Purge purge = entry.purge();
        out.writeLong(purge.sequence());
        Codec.writeText(out, purge.distributionId());
        Codec.writeText(out, entry.tagHeader());
        writeTexts(out, purge.paths());
        writeTexts(out, purge.tags());
        close(out, start);
    }

    /** Fills in length and checksum of the frame that began here. */
    private static void close(ByteBuf out, int start) {
        int length = out.writerIndex() - start - 8;
        out.setInt(start, length);
        CRC32C crc = new CRC32C();
        crc.update(out.nioBuffer(start + 8, length));
        out.setInt(start + 4, (int) crc.getValue());
    }

    @Override
    public synchronized void append(List<PurgeLog.Entry> entries) {
        ByteBuf out = Unpooled.buffer();
        for (PurgeLog.Entry entry : entries) writeEntry(out, entry);
        try (DiskFiles.OpenFile file = files.open(NAME)) {
            file.write(out.nioBuffer(), end);
            file.force();
            end += out.readableBytes();
        } catch (IOException e) {
            failed.accept(e);
        }
    }

    @Override
    public void rewrite(long droppedUpTo, long sequence, List<PurgeLog.Entry> entries) {
        try {
            write(droppedUpTo, sequence, entries);
        } catch (IOException e) {
            failed.accept(e);
        }
    }

    private synchronized void write(long droppedUpTo, long sequence, List<PurgeLog.Entry> entries) throws IOException {
        ByteBuf out = Unpooled.buffer();
        out.writeLong(0)
                .writeInt(MAGIC)
                .writeLong(k0)
                .writeLong(k1)
                .writeLong(droppedUpTo)
                .writeLong(sequence);
        close(out, 0);
        for (PurgeLog.Entry entry : entries) writeEntry(out, entry);
        byte[] content = new byte[out.readableBytes()];
        out.readBytes(content);
        files.replace(NAME, content, true);
        end = content.length;
    }
}
