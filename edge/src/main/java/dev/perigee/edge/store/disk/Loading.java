package dev.perigee.edge.store.disk;

import dev.perigee.edge.store.PurgeLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the index after a start, one segment at a time and the newest first. Runs on the writer's thread. */
final class Loading {
    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

    private final Shelf shelf;
    private final PurgeLog purges;
    private final long fingerprint;
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private int newest;

    Loading(Shelf shelf, PurgeLog purges, long fingerprint) throws IOException {
        this.shelf = shelf;
        this.purges = purges;
        this.fingerprint = fingerprint;
        for (String file : shelf.files.list()) {
            int id = Segment.idOf(file);
            if (id == 0) continue;
            waiting.push(id);
            newest = Math.max(newest, id);
        }
        shelf.loading = !waiting.isEmpty();
    }

    /** Number of the newest segment that was there, or 0. */
    int newest() {
        return newest;
    }

    boolean done() {
        return waiting.isEmpty();
    }

    /** Loads the next segment; what is wrong with it is counted and goes no further. */
    void step() {
        int id = waiting.pop();
        try {
            load(id);
        } catch (Damaged e) {
            shelf.corrupt.increment();
            LOG.warn("{}: {}: {}; the disk cache is begun anew", shelf.name, Segment.name(id), e.getMessage());
            clear();
        } catch (IOException e) {
            shelf.readFailed(e);
        }
        if (waiting.isEmpty()) {
            shelf.index.removeTombstones();
            shelf.loading = false;
        }
    }

    private void clear() {
        waiting.clear();
        try {
            shelf.clear();
        } catch (IOException e) {
            shelf.retire("cannot be emptied: " + e);
        }
    }

    private void load(int id) throws IOException, Damaged {
        DiskFiles.OpenFile file = shelf.files.open(Segment.name(id));
        Segment segment = new Segment(id, file, file.size());
        boolean kept = false;
        try {
            if (!segment.hasHeader(fingerprint)) {
                refuse(id);
                return;
            }
            byte[] beside = shelf.files.read(Segment.sidecarName(id));
            Sidecar sidecar = beside == null ? scan(segment) : read(beside, segment);
            shelf.checkSequence(purges, sidecar.newestSequence());
            segment.length = sidecar.length();
            segment.oldestSequence = sidecar.oldestSequence();
            kept = true;
            shelf.add(segment, segment.length);
            // Last: who finds an entry must find its segment.
            list(sidecar);
        } finally {
            if (!kept) segment.leave();
        }
    }

    private Sidecar read(byte[] beside, Segment segment) throws IOException {
        try {
            Sidecar sidecar = Sidecar.decode(beside, segment.id, segment.length, fingerprint);
            segment.sidecarBytes = beside.length;
            shelf.bytes.addAndGet(beside.length);
            return sidecar;
        } catch (Damaged e) {
            shelf.corrupt.increment();
            LOG.warn("{}: {}: {}", shelf.name, Segment.sidecarName(segment.id), e.getMessage());
            return scan(segment);
        }
    }

    /** Written by another version, under another secret, or not by us at all: of no use, and in the way. */
    private void refuse(int id) throws IOException {
        shelf.corrupt.increment();
        LOG.warn("{}: {} is not a segment of this cache", shelf.name, Segment.name(id));
        shelf.files.delete(Segment.sidecarName(id));
        shelf.files.delete(Segment.name(id));
    }

    /** Reads the heads of a segment that was not sealed, up to the first that is none. */
    private Sidecar scan(Segment segment) throws IOException {
        Sidecar sidecar = new Sidecar();
        long offset = Segment.HEADER_BYTES;
        try {
            while (true) {
                try (Segment.Head head = segment.head(offset)) {
                    if (head == null) break;
                    RecordHeader header = head.header();
                    if (offset + header.headLength() + header.bodyLength() > segment.length) throw new Damaged("cut");
                    if (!header.dead()) sidecar.add(header.hash(), at(segment, offset, header), header.purgeSequence());
                    offset += header.recordLength();
                }
            }
        } catch (Damaged e) {
            shelf.corrupt.increment();
            LOG.warn("{}: {} at {}: {}", shelf.name, Segment.name(segment.id), offset, e.getMessage());
        }
        sidecar.length(Math.min(offset, segment.length));
        seal(segment, sidecar);
        return sidecar;
    }

    private void seal(Segment segment, Sidecar sidecar) {
        if (!shelf.writable()) return;
        byte[] content = sidecar.encode(segment.id, fingerprint);
        try {
            shelf.files.replace(Segment.sidecarName(segment.id), content, false);
            segment.sidecarBytes = content.length;
            shelf.bytes.addAndGet(content.length);
        } catch (IOException e) {
            shelf.writeFailed(e);
        }
    }

    private static long at(Segment segment, long offset, RecordHeader header) {
        return Location.of(segment.id, offset, header.recordLength(), header.kind());
    }

    /** The newest record of a hash wins: segments come newest first, and so do the records of one. */
    private void list(Sidecar sidecar) {
        for (int i = sidecar.count() - 1; i >= 0; i--) shelf.index.putIfAbsent(sidecar.hash(i), sidecar.location(i));
    }
}
