namespace LogBroker.LoadTests;

/// <summary>How a load that lasts is driven by a script: it prints a line once it stands, and ends when its input does.</summary>
internal static class Standing
{
    /// <summary>Prints the line, and gives what is cancelled at the end of the input.</summary>
    public static CancellationToken Announce(string line)
    {
        Console.WriteLine(line);
        return UntilInputEnds();
    }

    /// <summary>What is cancelled at the end of the program's input.</summary>
    public static CancellationToken UntilInputEnds()
    {
        var over = new CancellationTokenSource();
        var reading = new Thread(() =>
        {
            while (Console.In.ReadLine() is not null)
            {
                // Only the end counts.
            }

            over.Cancel();
        })
        { IsBackground = true };
        reading.Start();
        return over.Token;
    }
}
