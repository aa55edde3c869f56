package org.wso2.carbon.bootstrap;

import java.nio.file.Files;
import java.nio.file.Path;

/** A JVM that lives as long as the product's: it notes its process as Carbon does, and the server that it has is a program beside it. */
public final class Bootstrap {
    public static void main(String[] command) throws Exception {
        Path pid = Path.of(System.getProperty("carbon.home"), "wso2carbon.pid");
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        Process server = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, pid)));
        System.exit(server.waitFor());
    }

    private static void end(Process server, Path pid) {
        try {
            server.descendants().forEach(ProcessHandle::destroy);
            server.waitFor();
            Files.deleteIfExists(pid);
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
