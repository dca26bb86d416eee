import { createServer, request } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface ConnectProxy {
  readonly port: number;
  /** `host:port` of each tunnel that was asked for, and addresses of plain requests. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** An HTTP proxy that makes tunnels and passes on plain requests, for those who know its password. */
export async function startConnectProxy(userinfo: string): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const expected = `Basic ${Buffer.from(userinfo).toString("base64")}`;
  const server = createServer((asking, response) => {
    const { "proxy-authorization": authorization, ...headers } = asking.headers;
    asked.push(asking.url ?? "");
    if (authorization !== expected) {
      response.writeHead(407).end();
      return;
    }
    const passed = request(asking.url ?? "", { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    passed.end();
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (asking, socket: Socket) => {
    asked.push(asking.url ?? "");
    if (asking.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const [host = "", port] = (asking.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    const end = (): void => {
      target.destroy();
      socket.destroy();
    };
    target.on("error", end);
    socket.on("error", end);
    socket.on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}
