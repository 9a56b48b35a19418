package dev.perigee.app.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes as people write it: 512M, 1G, 1048576. */
record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([KMGT]?)I?B?");

    static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) throw new IllegalArgumentException(text + " is not a size such as 512M or 1G");
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            case "T" -> 40;
            default -> 0;
        };
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
    }

    /** For the command line. */
    static final class Converter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new TypeConversionException(text + " is not a size such as 512M or 1G");
            }
        }
    }

    @Override
    public String toString() {
        if (bytes >= 1 << 30) return String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1 << 30));
        if (bytes >= 1 << 20) return String.format(Locale.ROOT, "%.1f MB", bytes / (double) (1 << 20));
        if (bytes >= 1 << 10) return String.format(Locale.ROOT, "%.1f kB", bytes / (double) (1 << 10));
        return bytes + " B";
    }
}
