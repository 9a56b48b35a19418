package dev.perigee.app.local;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something failed, in words for whoever typed the command. */
public final class Reasons {
    private Reasons() {}

    /** One line; the JDK's file exceptions, whose message is often the bare path, say what is wrong with it. */
    public static String of(Throwable failure) {
        if (failure instanceof FileSystemException file && file.getReason() == null)
            return file.getFile() + ": " + what(file);
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private static String what(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or folder, and it cannot be made";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file of that name is in the way";
            case NotDirectoryException _ -> "not a folder";
            default -> "cannot be used (" + failure.getClass().getSimpleName() + ")";
        };
    }
}
