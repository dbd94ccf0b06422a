using System.Net;
using LogBroker.Server.Transports;
using LogBroker.TransportBench.OwnSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench;

/// <summary>A way to move bytes between Kestrel and sockets.</summary>
/// <param name="Name">For the table.</param>
/// <param name="BlockBytes">Blocks of the memory pool that Kestrel's sockets are given; 0 leaves Kestrel's own.</param>
/// <param name="IsOurs">Whether the broker's own sockets are used instead of Kestrel's.</param>
/// <param name="IsRaw">Whether there is no Kestrel at all.</param>
/// <param name="IsInline">Whether Kestrel's sockets run their reader on the thread that received.</param>
/// <param name="FromFile">Whether the transport may send from files itself.</param>
internal sealed record Variant(string Name, int BlockBytes, bool IsOurs, bool FromFile, bool IsRaw = false, bool IsInline = false)
{
    /// <summary>What is compared.</summary>
    public static readonly Variant[] All =
    [
        new("Kestrel", 0, false, false),
        new("Kestrel, 16 KiB blocks", 16 * 1024, false, false),
        new("Kestrel, 64 KiB blocks", 64 * 1024, false, false),
        new("Kestrel, 256 KiB blocks", 256 * 1024, false, false),
        new("own sockets", 0, true, false),
        new("own sockets, sendfile", 0, true, true),
        new("Kestrel, 64 KiB blocks, inline", 64 * 1024, false, false, IsInline: true),
        new("the limit: raw sockets", 0, false, false, IsRaw: true),
    ];

    /// <summary>Starts a server on a free port of loopback.</summary>
    public async Task<(IAsyncDisposable Server, int Port)> StartAsync(SafeFileHandle file)
    {
        if (IsRaw)
        {
            RawServer raw = RawServer.Start(file);
            return (raw, raw.Port);
        }
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        if (BlockBytes > 0)
            builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new BlockPoolFactory(TimeProvider.System, BlockBytes));
        if (IsOurs)
            builder.Services.AddSingleton<IConnectionListenerFactory, OwnListenerFactory>();
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = IsInline);
        ListenOptions? door = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            var handler = new FrameHandler(file, FromFile);
            listen.Run(handler.OnConnectedAsync);
            door = listen;
        }));
        WebApplication server = builder.Build();
        await server.StartAsync();
        return (server, ((IPEndPoint)door!.EndPoint).Port);
    }

    private sealed class OwnListenerFactory : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(SocketConnectionListener.Bind((IPEndPoint)endpoint));
    }
}
