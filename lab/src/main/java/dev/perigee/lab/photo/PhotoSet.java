package dev.perigee.lab.photo;

import java.util.List;

/** Photos as a site keeps them: small ones for the gallery and the full size. */
public record PhotoSet(List<Photo> gallery, List<Photo> full) {
    public PhotoSet {
        gallery = List.copyOf(gallery);
        full = List.copyOf(full);
        if (gallery.isEmpty() || full.isEmpty()) throw new IllegalArgumentException("a site without photos");
    }
}
