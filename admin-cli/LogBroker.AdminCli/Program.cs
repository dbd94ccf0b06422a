using LogBroker.AdminCli;
using LogBroker.AdminCli.Commands;

return await CommandRun.RunAsync(args, CommandEnvironment.OfProcess());
