package dev.perigee.control.resource;

import java.sql.SQLException;

/** The database does not do what it should: no space, no rights, damage. */
final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreFailure(SQLException cause) {
        super("the database failed: " + cause.getMessage(), cause);
    }
}
