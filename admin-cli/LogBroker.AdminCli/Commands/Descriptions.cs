using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands;

/// <summary>Tells of several things, one after the other: one that fails does not keep the others from being told.</summary>
internal static class Descriptions
{
    /// <summary>Tells of each. What was found is told also when no broker answers any more.</summary>
    /// <param name="context">Where it is told.</param>
    /// <param name="names">The things.</param>
    /// <param name="describe">Describes one, and tells whether all of it is known.</param>
    /// <returns>What the process ends with.</returns>
    public static async Task<int> WriteEachAsync(CommandContext context, IEnumerable<string> names, Func<string, Task<(IDocument Document, bool IsKnown)>> describe)
    {
        var described = new List<IDocument>();
        int exitCode = ExitCodes.Done;
        try
        {
            foreach (string name in names.Distinct(StringComparer.Ordinal))
            {
                try
                {
                    (IDocument document, bool isKnown) = await describe(name);
                    described.Add(document);
                    if (!isKnown) exitCode = ExitCodes.Failed;
                }
                catch (Exception e) when (e is CommandException or KafkaException && !FailureText.IsUnreachable(e))
                {
                    exitCode = FailureText.Of(e)!.WriteTo(context.Environment);
                }
            }
        }
        finally
        {
            if (described.Count > 0) context.Results.Write(new Several(described));
        }
        return exitCode;
    }
}
