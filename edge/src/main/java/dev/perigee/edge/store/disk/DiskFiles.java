package dev.perigee.edge.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of one cache folder: what the tier needs of a file system, and where tests make it fail. */
interface DiskFiles {
    /** Names of all files. */
    List<String> list() throws IOException;

    /** Opens a file to read and write, made when missing. */
    OpenFile open(String name) throws IOException;

    /** The whole content of a small file, or null when there is none. */
    byte @Nullable [] read(String name) throws IOException;

    /**
     * Puts a file in the place of another, in one step.
     *
     * @param durable whether to return only when it would survive a power cut
     */
    void replace(String name, byte[] content, boolean durable) throws IOException;

    void delete(String name) throws IOException;

    /** Returns when what was deleted would stay so after a power cut. */
    void syncDeletions() throws IOException;

    @Nullable
    Closeable lock() throws IOException;

    /** One open file. Reading is safe from any thread. */
    interface OpenFile extends Closeable {
        /** As {@link java.nio.channels.FileChannel#read(ByteBuffer, long)}. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes everything. */
        void write(ByteBuffer from, long position) throws IOException;

        long size() throws IOException;

        /** Returns when all that was written would survive a power cut. */
        void force() throws IOException;
    }
}
