using LogBroker.TransportBench;

// The client half runs in a process of its own, so that the server's processor time is the server's alone.
if (args is ["client", .. var client])
    return LoadClient.Run(client);
return await Comparison.RunAsync(args);
