using LogBroker.Server.Hosting;

return await BrokerProcess.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);
