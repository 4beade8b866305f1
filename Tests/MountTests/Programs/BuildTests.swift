import Testing

/// Compilers, and make, which looks at the times of what they leave.
@Suite struct BuildTests {
  @Test("a C project builds, is rebuilt after a change, and is installed as on a plain disk")
  func makeAndGcc() throws {
    let job = ProgramJob(
      program: "make and gcc",
      script: """
        \(Self.project)
        make -s -j2 > log; make -q; ./count Makefile > counted; ldd ./count > linked; rm linked
        sleep 0.01; touch words.h; ! make -q; make > log; grep -c '^cc .* -c ' log > rebuilt
        sleep 0.01; echo 'int unused;' >> lines.c; make > log; ! grep words.o log | grep -e ' -c '
        make -q; make -s install DESTDIR=here; here/bin/count log > /dev/null
        make -s clean; make -s -j2 > log; make -q
        """)
    try Mounted.run { try $0.compareWithDisk(job) }
  }

  /// A program in three files, a static and a shared library, with dependencies that gcc writes.
  private static let project = #"""
    cat > words.h <<'END'
    int words(const char *text);
    int lines(const char *text);
    END
    cat > words.c <<'END'
    #include "words.h"
    #include <ctype.h>
    int words(const char *text) {
      int count = 0;
      for (int inside = 0; *text; text++) {
        count += !isspace((unsigned char)*text) && !inside;
        inside = !isspace((unsigned char)*text);
      }
      return count;
    }
    END
    cat > lines.c <<'END'
    #include "words.h"
    int lines(const char *text) {
      int count = 0;
      while (*text) count += *text++ == '\n';
      return count;
    }
    END
    cat > count.c <<'END'
    #include "words.h"
    #include <stdio.h>
    static char text[1 << 20];
    int main(int argc, char **argv) {
      FILE *file = argc > 1 ? fopen(argv[1], "r") : stdin;
      if (!file) return 1;
      text[fread(text, 1, sizeof text - 1, file)] = 0;
      printf("%d lines, %d words\n", lines(text), words(text));
      return 0;
    }
    END
    cat > Makefile <<'END'
    CFLAGS = -O1 -Wall -Werror -fPIC -MMD -MP
    all: count libwords.so
    count: count.o libwords.a
    	$(CC) -o $@ count.o -L. -l:libwords.a
    libwords.a: words.o lines.o
    	$(AR) rcD $@ $?
    libwords.so: words.o lines.o
    	$(CC) -shared -Wl,--build-id=none -o $@ $^
    install: all
    	install -D -m 755 -s count $(DESTDIR)/bin/count
    	install -D -m 644 libwords.a libwords.so -t $(DESTDIR)/lib
    clean:
    	rm -f *.o *.d *.a *.so count
    -include *.d
    END
    """#
}
