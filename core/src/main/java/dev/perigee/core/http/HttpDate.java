package dev.perigee.core.http;

/**
 * HTTP dates (RFC 9110 section 5.6.7) as seconds since 1970. Names compare without regard to case and only GMT counts,
 * as RFC 9111 section 4.2 asks of caches.
 */
public final class HttpDate {
    /** Not a date. */
    public static final long NONE = Long.MIN_VALUE;

    /** What RFC 9110 section 5.6.7 allows a two-digit year to lie in the future. */
    private static final int FUTURE_YEARS = 50;

    /** Two-digit years are read as seen from this year when the caller does not say what year it is. */
    private static final int ASSUMED_YEAR = 2026;

    private static final String[] DAYS = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    private static final String[] LONG_DAYS = {
        "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"
    };
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long MAX_FORMATTED = 253_402_300_799L;

    private HttpDate() {}

    /** Seconds since 1970 of an IMF-fixdate, RFC 850 date or asctime date; {@link #NONE} for anything else. */
    public static long parse(String text) {
        return parse(text, ASSUMED_YEAR);
    }

    /** As {@link #parse(String)}; the current year decides the century of a two-digit year. */
    static long parse(String text, int currentYear) {
        int length = text.length();
        if (length < 24) return NONE;
        if (text.charAt(3) == ',') return length == 29 ? imfFixdate(text) : NONE;
        if (text.charAt(3) == ' ') return length == 24 ? asctime(text) : NONE;
        return rfc850(text, currentYear);
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} */
    private static long imfFixdate(String text) {
        boolean shape = index(DAYS, text, 0) >= 0
                && text.startsWith(", ", 3)
                && text.charAt(7) == ' '
                && text.charAt(11) == ' '
                && text.charAt(16) == ' '
                && text.regionMatches(true, 25, " GMT", 0, 4);
        if (!shape) return NONE;
        return instant(digits(text, 12, 4), index(MONTHS, text, 8), digits(text, 5, 2), secondsOfDay(text, 17));
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT} */
    private static long rfc850(String text, int currentYear) {
        int comma = text.indexOf(',');
        int day = comma + 2;
        if (comma < 0 || text.length() != day + 22) return NONE;
        boolean shape = named(LONG_DAYS, text, comma)
                && text.charAt(comma + 1) == ' '
                && text.charAt(day + 2) == '-'
                && text.charAt(day + 6) == '-'
                && text.charAt(day + 9) == ' '
                && text.regionMatches(true, day + 18, " GMT", 0, 4);
        if (!shape) return NONE;
        int twoDigits = digits(text, day + 7, 2);
        if (twoDigits < 0) return NONE;
        int year = currentYear - currentYear % 100 + twoDigits;
        if (year > currentYear + FUTURE_YEARS) year -= 100;
        if (year <= currentYear + FUTURE_YEARS - 100) year += 100;
        return instant(year, index(MONTHS, text, day + 3), digits(text, day, 2), secondsOfDay(text, day + 10));
    }

    /** {@code Sun Nov  6 08:49:37 1994} */
    private static long asctime(String text) {
        boolean shape =
                index(DAYS, text, 0) >= 0 && text.charAt(7) == ' ' && text.charAt(10) == ' ' && text.charAt(19) == ' ';
        if (!shape) return NONE;
        int day = text.charAt(8) == ' ' ? digits(text, 9, 1) : digits(text, 8, 2);
        return instant(digits(text, 20, 4), index(MONTHS, text, 4), day, secondsOfDay(text, 11));
    }

    /** Seconds of {@code 08:49:37}, or -1; a leap second is allowed and counts as the next second. */
    private static int secondsOfDay(String text, int at) {
        int hour = digits(text, at, 2);
        int minute = digits(text, at + 3, 2);
        int second = digits(text, at + 6, 2);
        boolean valid = text.charAt(at + 2) == ':'
                && text.charAt(at + 5) == ':'
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second <= 60;
        return valid ? hour * 3600 + minute * 60 + second : -1;
    }

    private static long instant(int year, int month, int day, int secondsOfDay) {
        if (year < 0 || month < 0 || day < 1 || secondsOfDay < 0) return NONE;
        if (day > daysIn(year, month + 1)) return NONE;
        return daysSince1970(year, month + 1, day) * SECONDS_PER_DAY + secondsOfDay;
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days of the Gregorian calendar, counted in years that begin in March so that the leap day comes last. */
    private static long daysSince1970(int year, int month, int day) {
        long marchYear = month > 2 ? year : year - 1L;
        long era = Math.floorDiv(marchYear, 400);
        long yearOfEra = marchYear - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /** An IMF-fixdate. Instants outside the years 1970 to 9999 become the nearest one inside. */
    public static String format(long epochSeconds) {
        long seconds = Math.clamp(epochSeconds, 0L, MAX_FORMATTED);
        long days = seconds / SECONDS_PER_DAY;
        int rest = (int) (seconds % SECONDS_PER_DAY);
        long shifted = days + 719_468;
        long era = shifted / 146_097;
        long dayOfEra = shifted % 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = (int) (dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10;
        int year = (int) (yearOfEra + era * 400 + (month <= 1 ? 1 : 0));
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS[(int) (days % 7)]).append(", ");
        two(text, day).append(' ').append(MONTHS[month]).append(' ');
        two(two(text, year / 100), year % 100).append(' ');
        two(text, rest / 3600).append(':');
        two(text, rest / 60 % 60).append(':');
        return two(text, rest % 60).append(" GMT").toString();
    }

    private static StringBuilder two(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** The number written in this many digits, or -1. */
    private static int digits(String text, int at, int count) {
        int number = 0;
        for (int i = at; i < at + count; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static int index(String[] names, String text, int at) {
        for (int i = 0; i < names.length; i++) {
            if (text.regionMatches(true, at, names[i], 0, 3)) return i;
        }
        return -1;
    }

    private static boolean named(String[] names, String text, int length) {
        for (String name : names) {
            if (name.length() == length && text.regionMatches(true, 0, name, 0, length)) return true;
        }
        return false;
    }
}
