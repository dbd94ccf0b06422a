namespace LogBroker.Client.DependencyInjection.Health;

/// <summary>A client that the host has.</summary>
/// <param name="Name">Its key among the services; null when it has none.</param>
internal sealed record ClientRegistration(string? Name)
{
    /// <summary>What it is called in reports.</summary>
    public string Title => Name is null ? "The client" : $"Client {Name}";
}
